-- The test that the policies of tables ask whose rows not everybody of a client may read.

-- Whether the running transaction may read what is for these readers. NULL: for everybody of the client, and an empty
-- list for nobody. A transaction for which no readers are set is no person's: it is not limited.
CREATE FUNCTION reads(access text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT access IS NULL
        OR coalesce(current_setting('app.readers', true), '') = ''
        OR access && array_remove(string_to_array(current_setting('app.readers', true), E'\n'), '')
$$;
