#!/bin/sh
# Run by the image's entrypoint after it has rendered the gateway's templates: the same for those of HTTPS.
set -eu
render() { NGINX_ENVSUBST_TEMPLATE_DIR="/opt/oberaconnect/$1" /docker-entrypoint.d/20-envsubst-on-templates.sh; }
render templates
# nginx includes them when they are there.
[ -z "${SSL_N8N_DOMAIN:-}" ] || render templates-n8n
[ -z "${SSL_WEBUI_DOMAIN:-}" ] || render templates-webui
