-- Flows, their versions, who approved them, and what real calls proved.

CREATE TABLE flow (
    tenant     text NOT NULL,
    id         text NOT NULL,                     -- chosen, or made from the customer's name; unique within the tenant
    uid        uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(), -- the place in lists
    customer   text NOT NULL,
    latest     text NOT NULL,                     -- the version that is meant when none is named
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id)
);
CREATE INDEX flow_listing ON flow (created_at DESC, uid DESC);
ALTER TABLE flow ENABLE ROW LEVEL SECURITY;
ALTER TABLE flow FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON flow USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- What a flow said at a time. It is never changed: other content has another hash.
CREATE TABLE version (
    tenant     text NOT NULL,
    flow_id    text NOT NULL,
    hash       text NOT NULL,                     -- of the content: call_flow.flow.identity
    number     integer NOT NULL,                  -- 1, 2, 3 … as they came
    content    jsonb NOT NULL,
    origin     text NOT NULL,                     -- which request made it: generate, import, parse
    author     text NOT NULL,                     -- the subject of the credential
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, flow_id, hash),
    UNIQUE (tenant, flow_id, number),
    FOREIGN KEY (tenant, flow_id) REFERENCES flow ON DELETE CASCADE
);
ALTER TABLE version ENABLE ROW LEVEL SECURITY;
ALTER TABLE version FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON version USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

CREATE TABLE approval (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant     text NOT NULL,
    flow_id    text NOT NULL,
    hash       text NOT NULL,
    name       text NOT NULL,                     -- of the person who approved
    role       text NOT NULL DEFAULT '',
    comment    text NOT NULL DEFAULT '',
    subject    text NOT NULL,                     -- the credential by which it was said
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant, flow_id, hash) REFERENCES version ON DELETE CASCADE
);
CREATE INDEX approval_of ON approval (tenant, flow_id, hash);
ALTER TABLE approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON approval USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

-- The report of a job of kind `prove`. A flow that was sent along and is not kept has none of the references.
CREATE TABLE proof (
    id         uuid PRIMARY KEY,                  -- the job's
    tenant     text NOT NULL,
    flow_id    text,
    hash       text NOT NULL,
    verdict    text NOT NULL CHECK (verdict IN ('passed', 'failed')),
    report     jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant, flow_id, hash) REFERENCES version ON DELETE CASCADE
);
CREATE INDEX proof_of ON proof (tenant, flow_id, hash, created_at DESC);
ALTER TABLE proof ENABLE ROW LEVEL SECURITY;
ALTER TABLE proof FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON proof USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
