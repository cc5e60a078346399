-- What all services share: API keys, and the test that every row-level policy uses.

-- Whether the running transaction may see rows of this tenant. Without a setting it sees none.
CREATE FUNCTION sees(tenant text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT current_setting('app.tenants', true) = '*'
        OR tenant = ANY (string_to_array(current_setting('app.tenants', true), ','))
$$;

CREATE TABLE api_key (
    id           text PRIMARY KEY,               -- the part of the key that may be shown
    name         text NOT NULL,
    digest       bytea NOT NULL,                 -- HMAC-SHA256 of the secret part; the secret itself is never stored
    tenant       text NOT NULL,                  -- the client its requests belong to when they name none
    clients      text[],                         -- the clients it may name; NULL means all of them
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
