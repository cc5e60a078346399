-- Sessions, their messages, and what people thought of the answers.

CREATE TABLE session (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant     text NOT NULL,
    owner      text NOT NULL,                     -- the subject of the credential that began it; nobody else sees it
    title      text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_listing ON session (owner, created_at DESC, id DESC);
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON session USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));

CREATE TABLE message (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    tenant     text NOT NULL,
    position   bigint GENERATED ALWAYS AS IDENTITY,
    role       text NOT NULL CHECK (role IN ('user', 'assistant')),
    text       text NOT NULL,
    query_used text,                              -- of an answer: the question as it was searched for
    answered   boolean,
    citations  jsonb NOT NULL DEFAULT '[]',
    model      jsonb,
    rating     text CHECK (rating IN ('up', 'down')),
    comment    text NOT NULL DEFAULT '',
    rated_at   timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX message_order ON message (session_id, position);
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON message USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
