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
        sign(0.95, r"(?:^|\s|\?>)<opnsense>\s*(?:$|<)"),
        sign(0.9, r"<OPNsense>"),
        sign(0.6, r"<theme>opnsense"),
        sign(0.5, r"opnsense\.pool\.ntp\.org"),
        sign(0.6, r'\buuid="[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-'),
        sign(
            0.8,
            r"<(?:Gateways|unboundplus|Kea|Swanctl|Filter|IDS|monit|Syslog|TrafficShaper|Interfaces"
            r'|proxy)\b[^>]* version="\d',
        ),
        sign(
            0.3,
            r"^\s*<(?:statetype>keep state</statetype|quick>1</quick|ipprotocol>inet6?</ipprotocol|target_port/"
            r"|direction>(?:in|out)</direction|categories?/)>?",
        ),
        sign(0.9, r"^\s*</opnsense>"),
    ),
    tree=xml_tree.tree,
    read=read,
    comments=("<!--", "<?xml"),
    closing=xml_tree.END,
)
