# The names that HTTPS is served under. Pure: settings in, text out.
# shellcheck shell=sh

LABEL='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'

# host_name VARIABLE VALUE: the value as a host name in lower case. Fails with a sentence on stderr when it is none.
host_name() {
    name=$(printf %s "$2" | tr '[:upper:]' '[:lower:]')
    name=${name%.}
    case $name in
        *[!a-z0-9.-]*) ;;
        *)
            if [ "${#name}" -le 253 ] && printf '%s\n' "$name" | grep -Eq "^$LABEL(\.$LABEL)*$"; then
                printf '%s\n' "$name"
                return
            fi
            ;;
    esac
    echo "$1=$2 is not a host name: write it like api.example.com, without https://, port, path or wildcard" \
        "(letters beyond a-z as xn--...)." >&2
    return 1
}
# all_names: every name of the certificate, one a line, the gateway's first.
all_names() {
    host_name SSL_DOMAIN "${SSL_DOMAIN:-localhost}" || return 1
    [ -z "${SSL_N8N_DOMAIN:-}" ] || host_name SSL_N8N_DOMAIN "$SSL_N8N_DOMAIN" || return 1
    [ -z "${SSL_WEBUI_DOMAIN:-}" ] || host_name SSL_WEBUI_DOMAIN "$SSL_WEBUI_DOMAIN" || return 1
}

# repeated_name: the name, if any, that two of the settings share.
repeated_name() { all_names | sort | uniq -d | head -n 1; }

is_ip_address() {
    printf '%s\n' "$1" | grep -Eq '^[0-9]+(\.[0-9]+){3}$'
}

# is_public NAME: whether a public certificate authority can give a certificate for it.
is_public() {
    case $1 in
        *.local | *.localhost | *.localdomain | *.internal | *.lan | *.intranet | *.private | *.corp | *.home | \
            *.home.arpa | *.test | *.example | *.invalid | *.onion | *.alt) return 1 ;;
        *.*) ! is_ip_address "$1" ;;
        *) return 1 ;;
    esac
}

# subject_alternative_names: the names as openssl wants them.
subject_alternative_names() {
    all_names | while read -r name; do
        if is_ip_address "$name"; then echo "IP:$name"; else echo "DNS:$name"; fi
    done | paste -sd , -
}

# why_no_authority: empty when a certificate authority can be asked, else the sentence that says why not.
why_no_authority() {
    for name in $(all_names); do
        if is_ip_address "$name"; then
            echo "$name is an address: certificates are requested for names only."
            return
        fi
        # A certificate authority of one's own may know names that the world does not.
        if [ -z "${ACME_SERVER:-}" ] && ! is_public "$name"; then
            echo "$name is not a public name: set SSL_DOMAIN to one whose DNS record points here."
            return
        fi
    done
    [ -n "${SSL_EMAIL:-}" ] || echo "SSL_EMAIL is empty: set it; it also says that you accept the authority's terms."
}
