# What nginx-ssl tells its owner: one JSON line in the log, or a plain sentence to somebody who typed `cert`.
# shellcheck shell=sh

say() { # LEVEL SENTENCE
    if [ -n "${SPEAKS_PLAINLY:-}" ]; then
        if [ "$1" = info ]; then printf '%s\n' "$2"; else printf '%s\n' "$2" >&2; fi
        return
    fi
    sentence=$(printf %s "$2" | tr '\n\r\t' '   ' | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')
    printf '{"time":"%s","level":"%s","service":"nginx-ssl","message":"%s"}\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%S+00:00)" "$1" "$sentence" >&2
}
