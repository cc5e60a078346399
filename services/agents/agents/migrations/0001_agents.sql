-- Agents, their runs with everything that happened in them, and what they may use.

-- What a client's people defined. A version is never changed: a run says which one it followed.
CREATE TABLE agent (
    tenant     text NOT NULL,
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL,
    latest     integer NOT NULL DEFAULT 1,
    enabled    boolean NOT NULL DEFAULT true,     -- false: nothing new begins (the kill switch)
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant, name)
);
CREATE TABLE agent_version (
    tenant     text NOT NULL,
    agent_id   uuid NOT NULL REFERENCES agent ON DELETE CASCADE,
    number     integer NOT NULL,
    definition jsonb NOT NULL,                    -- agents.definitions.Definition
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agent_id, number)
);

CREATE TABLE run (
    tenant           text NOT NULL,
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent            text NOT NULL,
    agent_version    integer NOT NULL,            -- 0: a ready agent, whose version is the release's
    definition       jsonb NOT NULL,              -- as it was when the run began
    parent_id        uuid REFERENCES run,
    ancestors        uuid[] NOT NULL DEFAULT '{}', -- from the root to the parent: budgets are shared along it
    retry_of         uuid REFERENCES run,
    schedule_id      uuid,
    session          text,                        -- whatever a client calls one conversation
    status           text NOT NULL DEFAULT 'queued' CHECK (status IN (
                         'queued', 'running', 'waiting_approval', 'waiting_input', 'waiting_child', 'sleeping',
                         'cancelling', 'completed', 'failed', 'cancelled', 'expired')),
    input            jsonb NOT NULL,              -- {"messages": [{"role", "content"}]}
    narrowed         jsonb NOT NULL DEFAULT '{}', -- what was asked to be less: {"budget", "tool_allow", "model"}
    result           jsonb,                       -- {"text", "citations"}
    problem          jsonb,                       -- a problem document when it failed
    subject          text NOT NULL,               -- who asked for it, and with what rights it acts
    scopes           text[] NOT NULL,
    readers          text[],
    job_id           uuid,                        -- the activation that is queued or running
    attempt          integer NOT NULL DEFAULT 0,  -- how often a worker took it up
    tainted_by       text,                        -- the first tool that brought in what outsiders wrote
    grants           text[] NOT NULL DEFAULT '{}', -- tools approved for the rest of the run
    budget           jsonb NOT NULL,              -- {"steps", "tool_calls", "tokens", "cost", "seconds"}
    steps            integer NOT NULL DEFAULT 0,
    tool_calls       integer NOT NULL DEFAULT 0,
    input_tokens     bigint NOT NULL DEFAULT 0,
    output_tokens    bigint NOT NULL DEFAULT 0,
    cost             numeric(14, 6) NOT NULL DEFAULT 0,
    seconds          double precision NOT NULL DEFAULT 0, -- active ones: what it waits for people is not counted
    wake_at          timestamptz,                 -- when a sleeping run goes on
    expires_at       timestamptz NOT NULL,        -- when a run that nobody goes on with is given up
    callback_url     text,
    metadata         jsonb NOT NULL DEFAULT '{}',
    last_seq         bigint NOT NULL DEFAULT 0,   -- of its events
    cancel_requested boolean NOT NULL DEFAULT false,
    request_id       text NOT NULL DEFAULT '',
    traceparent      text NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz
);
CREATE INDEX run_listing ON run (tenant, created_at DESC, id DESC);
CREATE INDEX run_session ON run (tenant, subject, session, created_at DESC) WHERE session IS NOT NULL;
CREATE INDEX run_open ON run (expires_at) WHERE status NOT IN ('completed', 'failed', 'cancelled', 'expired');
CREATE INDEX run_children ON run (parent_id) WHERE parent_id IS NOT NULL;

-- What was said, in order: the input, the model's turns, the results of their calls.
CREATE TABLE turn (
    tenant        text NOT NULL,
    run_id        uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    number        integer NOT NULL,
    role          text NOT NULL CHECK (role IN ('user', 'assistant', 'tool')),
    content       jsonb NOT NULL,                 -- agents.loop.wording
    model         text,
    input_tokens  integer NOT NULL DEFAULT 0,
    output_tokens integer NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, number)
);

CREATE TABLE tool_call (
    tenant      text NOT NULL,
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    run_id      uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    turn        integer NOT NULL,                 -- of the model that asked for it
    position    integer NOT NULL,
    vendor_id   text NOT NULL,                    -- what the model calls it
    tool        text NOT NULL,
    args        jsonb NOT NULL,
    args_hash   text NOT NULL,                    -- of the tool and its arguments: agents.loop.policy.digest
    class       text NOT NULL CHECK (class IN ('read', 'write', 'destructive', 'external')),
    idempotent  boolean NOT NULL,
    status      text NOT NULL DEFAULT 'proposed' CHECK (status IN (
                    'proposed', 'awaiting_approval', 'approved', 'running', 'waiting', 'unknown',
                    'succeeded', 'failed', 'denied', 'expired', 'cancelled')),
    attempt     integer NOT NULL DEFAULT 0,
    result      jsonb,                            -- {"content", "data", "citations"}
    child_id    uuid,                             -- the run that this call began
    started_at  timestamptz,
    finished_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (run_id, turn, position)
);

CREATE TABLE approval (
    tenant       text NOT NULL,
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    run_id       uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    tool_call_id uuid NOT NULL REFERENCES tool_call ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('call', 'outcome')),
    args_hash    text NOT NULL,
    why          text NOT NULL,                   -- why a person is asked
    status       text NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'approved', 'denied', 'expired', 'cancelled')),
    decision     text,
    decided_by   text,
    reason       text,
    scope        text,
    args_override jsonb,
    expires_at   timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    decided_at   timestamptz
);
CREATE UNIQUE INDEX approval_pending_once ON approval (tool_call_id) WHERE status = 'pending';
CREATE INDEX approval_listing ON approval (tenant, created_at DESC, id DESC);

CREATE TABLE event (
    tenant text NOT NULL,
    run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    seq    bigint NOT NULL,
    type   text NOT NULL,
    data   jsonb NOT NULL,
    at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, seq)
);

-- Secrets that MCP servers get; written, never shown.
CREATE TABLE secret (
    tenant     text NOT NULL,
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL,
    sealed     bytea NOT NULL,                    -- oberaconnect.sealed
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant, name)
);

CREATE TABLE mcp_server (
    tenant     text NOT NULL,
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL,                     -- in front of its tools' names
    transport  text NOT NULL CHECK (transport IN ('stdio', 'http')),
    url        text,
    argv       text[],
    env        jsonb NOT NULL DEFAULT '{}',       -- variable -> name of a secret
    headers    jsonb NOT NULL DEFAULT '{}',       -- header -> name of a secret
    trust      boolean NOT NULL DEFAULT false,    -- its results do not taint, its annotations are believed
    enabled    boolean NOT NULL DEFAULT true,
    tool_allow text[] NOT NULL DEFAULT '{*}',
    limits     jsonb NOT NULL DEFAULT '{}',       -- {"seconds", "result_bytes", "calls_at_once"}
    state      jsonb NOT NULL DEFAULT '{}',       -- what its last test found
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant, name)
);

-- A tool as its server last described it, and as somebody approved it. Only what is approved can be called.
CREATE TABLE mcp_tool (
    tenant        text NOT NULL,
    server_id     uuid NOT NULL REFERENCES mcp_server ON DELETE CASCADE,
    name          text NOT NULL,                  -- at the server
    hash          text NOT NULL,                  -- of name, title, description, schemas, annotations
    definition    jsonb NOT NULL,
    class         text NOT NULL DEFAULT 'external'
                  CHECK (class IN ('read', 'write', 'destructive', 'external')),
    idempotent    boolean NOT NULL DEFAULT false,
    approved_hash text,
    approved      jsonb,                          -- the definition that was approved, for the diff
    approved_by   text,
    approved_at   timestamptz,
    seen_at       timestamptz NOT NULL DEFAULT now(),
    gone_at       timestamptz,                    -- no longer in the server's list
    PRIMARY KEY (server_id, name)
);

CREATE TABLE schedule (
    tenant     text NOT NULL,
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agent      text NOT NULL,
    cron       text NOT NULL,
    tz         text NOT NULL DEFAULT 'UTC',
    input      jsonb NOT NULL,
    misfire    text NOT NULL DEFAULT 'once' CHECK (misfire IN ('once', 'skip')),
    overlap    text NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'allow')),
    enabled    boolean NOT NULL DEFAULT true,
    budget     jsonb NOT NULL DEFAULT '{}',
    callback_url text,
    subject    text NOT NULL,                     -- in whose name its runs act
    scopes     text[] NOT NULL,
    readers    text[],
    next_at    timestamptz NOT NULL,
    last_at    timestamptz,
    last_run   uuid,
    problem    text,                              -- why the last time came to nothing
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX schedule_due ON schedule (next_at) WHERE enabled;

CREATE TABLE usage (
    tenant        text NOT NULL,
    day           date NOT NULL,                  -- UTC
    subject       text NOT NULL,
    agent         text NOT NULL,
    runs          integer NOT NULL DEFAULT 0,
    steps         integer NOT NULL DEFAULT 0,
    tool_calls    integer NOT NULL DEFAULT 0,
    input_tokens  bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    cost          numeric(14, 6) NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, day, subject, agent)
);

-- Who did what, one chain a client: each entry's hash covers the one before it. Nothing here is changed or deleted.
CREATE TABLE audit (
    tenant    text NOT NULL,
    number    bigint NOT NULL,                    -- 1, 2, 3 … without a gap
    at        timestamptz NOT NULL,
    actor     text NOT NULL,
    action    text NOT NULL,
    object    text NOT NULL,
    data      jsonb NOT NULL,
    prev_hash text NOT NULL,
    hash      text NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only added to';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays();

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['agent', 'agent_version', 'run', 'turn', 'tool_call', 'approval', 'event', 'secret',
                                'mcp_server', 'mcp_tool', 'schedule', 'usage', 'audit']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant))', name);
    END LOOP;
END $$;
