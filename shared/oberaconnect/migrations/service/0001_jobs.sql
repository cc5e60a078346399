-- The queue of a service, and the answers that an Idempotency-Key repeats.

CREATE TABLE job (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant           text NOT NULL,
    kind             text NOT NULL,
    status           text NOT NULL DEFAULT 'queued'
                     CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    payload          jsonb NOT NULL DEFAULT '{}',
    subject          text NOT NULL,               -- who asked for it
    stage            text NOT NULL DEFAULT 'queued',
    done             integer NOT NULL DEFAULT 0,
    total            integer NOT NULL DEFAULT 0,
    counts           jsonb NOT NULL DEFAULT '{}',
    result           jsonb,
    problem          jsonb,                       -- a problem document when it failed
    attempts         integer NOT NULL DEFAULT 0,
    max_attempts     integer NOT NULL DEFAULT 5,
    run_after        timestamptz NOT NULL DEFAULT now(),
    lease            uuid,                        -- fencing token: only its holder may write progress or finish
    lease_until      timestamptz,
    cancel_requested boolean NOT NULL DEFAULT false,
    request_id       text NOT NULL DEFAULT '',
    traceparent      text NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz
);
CREATE INDEX job_claimable ON job (created_at) WHERE status IN ('queued', 'running');
CREATE INDEX job_listing ON job (tenant, created_at DESC, id DESC);
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
ALTER TABLE job FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON job USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

CREATE TABLE idempotency (
    tenant      text NOT NULL,
    key         text NOT NULL,
    fingerprint text NOT NULL,                    -- of method, path and body: the same key for another request is an error
    status      integer NOT NULL,
    headers     jsonb NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, key)
);
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON idempotency USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
