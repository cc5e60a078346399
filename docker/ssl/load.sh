# The parts of nginx-ssl, in the order in which they need one another.
# shellcheck shell=sh disable=SC1091
set -eu
. /opt/oberaconnect/lib/say.sh
. /opt/oberaconnect/lib/names.sh
. /opt/oberaconnect/lib/explain.sh
. /opt/oberaconnect/lib/certificate.sh
. /opt/oberaconnect/lib/acme.sh
