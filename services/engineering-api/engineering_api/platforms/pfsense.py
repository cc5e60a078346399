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
        sign(0.95, r"(?:^|\s|\?>)<pfsense>\s*(?:$|<)"),
        sign(0.5, r"pfsense\.pool\.ntp\.org"),
        sign(0.4, r"<bcrypt-hash>"),
        sign(0.3, r"<webguicss>pfSense\.css"),
        sign(0.7, r"<tracker>\d+</tracker>"),
        sign(0.4, r"^\s*<\w+><!\[CDATA\[.*\]\]></\w+>$"),
        sign(
            0.4,
            r"^\s*<(?:os/|statetimeout/|id/|tag/|tagged/|max-src-nodes/|max-src-conn/|max-src-states/"
            r"|associated-rule-id>)",
        ),
        sign(0.3, r"^\s*<ipprotocol>inet6?</ipprotocol>"),
        sign(0.9, r"^\s*</pfsense>"),
    ),
    tree=xml_tree.tree,
    read=read,
    comments=("<!--", "<?xml"),
    closing=xml_tree.END,
    aliases=("pfsense plus", "pfsense ce"),
)
