# The pair of certificate and key: which one is served, and how nginx learns of another.
# shellcheck shell=sh

STORE=/etc/letsencrypt
# certbot's name for the certificate, whatever the names in it: a changed SSL_DOMAIN makes no second one.
LINEAGE=oberaconnect
OWN=$STORE/own
ISSUED=$STORE/live/$LINEAGE
SELF_SIGNED=$STORE/self-signed
SERVED=$NGINX_ENVSUBST_OUTPUT_DIR/certificate.conf
# The longest pause of `keep`, and a little more: a self-signed pair must live until the next look at it.
SELF_SIGNED_MARGIN_SECONDS=50400

# is_pair FOLDER: whether certificate and key can be read and belong together.
is_pair() {
    [ -r "$1/fullchain.pem" ] && [ -r "$1/privkey.pem" ] || return 1
    of_certificate=$(openssl x509 -in "$1/fullchain.pem" -noout -pubkey 2>/dev/null) || return 1
    of_key=$(openssl pkey -in "$1/privkey.pem" -passin pass: -pubout 2>/dev/null) || return 1
    [ "$of_certificate" = "$of_key" ]
}

# pair_in_force: the folder of the pair to serve. One's own before an issued one before a self-signed one.
pair_in_force() {
    for folder in "$OWN" "$ISSUED"; do
        if is_pair "$folder"; then
            echo "$folder"
            return
        fi
    done
    echo "$SELF_SIGNED"
}

kind_of() {
    case $1 in
        "$OWN") echo "your own certificate" ;;
        "$ISSUED") echo "the issued certificate" ;;
        *) echo "a self-signed certificate, which browsers warn of," ;;
    esac
}

expiry_of() { openssl x509 -in "$1/fullchain.pem" -noout -enddate | cut -d = -f 2; }

covers() { # FOLDER NAME
    if is_ip_address "$2"; then check=-checkip; else check=-checkhost; fi
    openssl x509 -in "$1/fullchain.pem" -noout "$check" "$2" 2>/dev/null | grep -q 'does match'
}

covers_all_names() {
    for name in $(all_names); do covers "$1" "$name" || return 1; done
}

# make_self_signed: a pair for one day, unless there is one that lasts until the next look and bears all names.
make_self_signed() {
    if is_pair "$SELF_SIGNED" && covers_all_names "$SELF_SIGNED" &&
        openssl x509 -in "$SELF_SIGNED/fullchain.pem" -noout -checkend "$SELF_SIGNED_MARGIN_SECONDS" >/dev/null; then
        return
    fi
    mkdir -p "$SELF_SIGNED"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj "/CN=OberaConnect" \
        -addext "subjectAltName=$(subject_alternative_names)" -addext "basicConstraints=critical,CA:FALSE" \
        -addext "extendedKeyUsage=serverAuth" \
        -keyout "$SELF_SIGNED/privkey.pem" -out "$SELF_SIGNED/fullchain.pem" 2>/dev/null
}

# strict_transport_security FOLDER: the header's value. Only with a certificate that browsers accept, and never for
# localhost: the rule is for all ports of a host, and would lock whoever trusts the pair out of everything else there.
strict_transport_security() {
    case $1:$(all_names | head -n 1) in
        "$SELF_SIGNED":* | *:localhost) ;;
        *) echo "max-age=${SSL_HSTS_SECONDS:-63072000}" ;;
    esac
}

# write_served: nginx's lines about the pair in force. Succeeds when they or the certificate differ from before.
write_served() {
    make_self_signed
    folder=$(pair_in_force)
    if ! is_pair "$folder"; then
        say error "No certificate could be made in $STORE: is its disk full?"
        return 1
    fi
    {
        echo "# $(openssl x509 -in "$folder/fullchain.pem" -noout -fingerprint -sha256)"
        echo "ssl_certificate $folder/fullchain.pem;"
        echo "ssl_certificate_key $folder/privkey.pem;"
        echo "map \"\" \$strict_transport_security { default \"$(strict_transport_security "$folder")\"; }"
    } >"$SERVED.new"
    if cmp -s "$SERVED.new" "$SERVED"; then
        rm "$SERVED.new"
        return 1
    fi
    mv "$SERVED.new" "$SERVED"
    say info "HTTPS serves $(kind_of "$folder") until $(expiry_of "$folder")."
    covers_all_names "$folder" || say warning "The certificate does not bear all of: $(all_names | paste -sd ' ' -)."
}

# serve_current: let nginx take the pair in force if it is another than before. Open connections are finished.
serve_current() {
    write_served || return 0
    complaint=$(nginx -e stderr -c "$NGINX_ENVSUBST_OUTPUT_DIR/nginx.ssl.conf" -s reload 2>&1) ||
        say error "nginx did not take the certificate, the one before stays in use: $complaint"
}
