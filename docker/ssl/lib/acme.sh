# Asking a certificate authority by ACME, proving the names through port 80 (http-01, webroot).
# shellcheck shell=sh

LETS_ENCRYPT=https://acme-v02.api.letsencrypt.org/directory
LETS_ENCRYPT_STAGING=https://acme-staging-v02.api.letsencrypt.org/directory
FAILED=$STORE/failed

authority() { echo "${ACME_SERVER:-$LETS_ENCRYPT}"; }

# rehearsal_authority: where a try costs nothing. Empty when an authority of one's own has no such place.
rehearsal_authority() {
    if [ "$(authority)" = "$LETS_ENCRYPT" ]; then
        echo "${ACME_STAGING_SERVER:-$LETS_ENCRYPT_STAGING}"
    else
        echo "${ACME_STAGING_SERVER:-}"
    fi
}

# ask FOLDER SERVER [OPTION...]: run certbot; on failure print the sentence that explains it.
ask() {
    folder=$1
    server=$2
    shift 2
    for name in $(all_names); do set -- "$@" -d "$name"; done
    [ -z "${ACME_CA_BUNDLE:-}" ] || export REQUESTS_CA_BUNDLE="$ACME_CA_BUNDLE"
    output=$(timeout 600 certbot certonly --non-interactive --agree-tos --no-eff-email --email "$SSL_EMAIL" \
        --webroot --webroot-path /var/www/acme --cert-name "$LINEAGE" --renew-with-new-domains --server "$server" \
        --config-dir "$folder" --work-dir "$folder/work" --logs-dir "$folder/logs" --max-log-backups 10 "$@" 2>&1) &&
        return
    printf '%s\n' "$output" | explain "$server"
    return 1
}

# rehearse: issue at the staging server, with an account of its own so that nothing proved earlier is reused.
rehearse() {
    folder=$(mktemp -d /tmp/rehearsal.XXXXXX)
    outcome=0
    reason=$(ask "$folder" "$(rehearsal_authority)") || outcome=1
    rm -rf "$folder"
    [ -z "$reason" ] || printf '%s\n' "$reason"
    return "$outcome"
}

# issue [OPTION...]: the real certificate, or its renewal when it is due. On failure print why.
issue() {
    # Without an option certbot keeps what another authority, such as a staging one, has issued.
    if [ -e "$STORE/renewal/$LINEAGE.conf" ] && ! grep -qxF "server = $(authority)" "$STORE/renewal/$LINEAGE.conf"; then
        set -- --force-renewal
    fi
    [ $# -gt 0 ] || set -- --keep-until-expiring
    if ask "$STORE" "$(authority)" "$@"; then
        rm -f "$FAILED"
    else
        touch "$FAILED"
        return 1
    fi
}
