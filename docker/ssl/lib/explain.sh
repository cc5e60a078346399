# What certbot's output means and what to do about it. Pure: text on stdin, one sentence on stdout.
# shellcheck shell=sh

# explain SERVER: the first line that fits decides, so causes stand before what follows from them.
explain() {
    said=$(tr -s ' ')
    case $said in
        *"Another instance of Certbot"*)
            echo "Another request is under way: wait a minute and try again." ;;
        *rateLimited* | *"too many certificates"* | *"too many failed authorizations"*)
            echo "The authority's rate limit is reached: wait until it is over before the next try. $(detail)" ;;
        *acme:error:rejectedIdentifier* | *"forbidden by policy"* | *"Cannot issue for"*)
            echo "The authority does not give certificates for this name. $(detail)" ;;
        *acme:error:caa* | *"Type: caa"*)
            echo "A CAA record of the domain forbids this authority: add it to the record. $(detail)" ;;
        *acme:error:dns* | *"Type: dns"* | *"DNS problem"* | *NXDOMAIN* | *"no such host"* | *"no valid A records"*)
            echo "The name is not found in DNS: its A record must point to this server's public address. $(detail)" ;;
        *acme:error:connection* | *"Type: connection"* | *"Timeout during connect"*)
            echo "The authority cannot reach port 80 of the name: open it in firewall and router, and keep HTTP_PORT=80" \
                "and SSL_BIND=0.0.0.0. Check that the DNS record (AAAA too) points here. $(detail)" ;;
        *"Type: unauthorized"* | *acme:error:unauthorized* | *acme:error:incorrectResponse*)
            echo "Something else answers on port 80 of the name: check that its DNS record (AAAA too) points here and no" \
                "other web server takes /.well-known/acme-challenge/. $(detail)" ;;
        *acme:error:invalidContact* | *acme:error:unsupportedContact* | *"invalid email"*)
            echo "The authority does not take SSL_EMAIL: use an address of yours that can receive mail. $(detail)" ;;
        *CERTIFICATE_VERIFY_FAILED* | *"certificate verify failed"* | *"suitable TLS CA"*)
            echo "The authority at $1 is not trusted: if it is your own, name its root in ACME_CA_BUNDLE. $(detail)" ;;
        *"Max retries exceeded"* | *"Connection refused"* | *"Name or service not known"* | *"Failed to resolve"* | \
            *"name resolution"* | *"timed out"* | *"unreachable"* | *"No route to host"*)
            echo "The authority at $1 cannot be reached: is this server allowed to call out? $(detail)" ;;
        *"No space left"*)
            echo "There is no space left on the disk." ;;
        *)
            echo "certbot gave up. $(detail)" ;;
    esac
}

# detail: what the authority wrote, or else the last words of certbot, cut to the length of a log line.
detail() {
    printf '%s\n' "$said" | awk '
        /Detail:/ && found == "" { sub(/^.*Detail: */, ""); found = $0 }
        NF && !/Ask for help|Saving debug log|See the logfile|^Hint:|^- - -/ { last = $0 }
        END { print "It says: " substr(found == "" ? last : found, 1, 400) }'
}
