"""pfSense: the config.xml that Diagnostics, Backup & Restore gives."""

from engineering_api.dialects.pf.sections import read
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import xml_tree

PLATFORM = Platform(
    name="pfsense",
    title="pfSense",
    vendor="Netgate",
    roles=("firewall", "router"),
    signs=(
        sign(0.95, r"(?:^|\s)<pfsense>\s*$"),
        sign(0.5, r"pfsense\.pool\.ntp\.org"),
        sign(0.4, r"<bcrypt-hash>"),
        sign(0.3, r"<webguicss>pfSense\.css"),
    ),
    tree=xml_tree.tree,
    read=read,
    comments=("<!--", "<?xml"),
    closing=xml_tree.END,
    aliases=("pfsense plus", "pfsense ce"),
)
