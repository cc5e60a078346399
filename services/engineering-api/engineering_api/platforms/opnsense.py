"""OPNsense: the config.xml that System, Configuration, Backups gives."""

from engineering_api.dialects.pf.sections import read
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import xml_tree

PLATFORM = Platform(
    name="opnsense",
    title="OPNsense",
    vendor="Deciso",
    roles=("firewall", "router"),
    signs=(
        sign(0.95, r"(?:^|\s)<opnsense>\s*$"),
        sign(0.9, r"<OPNsense>"),
        sign(0.6, r"<theme>opnsense"),
        sign(0.5, r"opnsense\.pool\.ntp\.org"),
    ),
    tree=xml_tree.tree,
    read=read,
    comments=("<!--", "<?xml"),
    closing=xml_tree.END,
)
