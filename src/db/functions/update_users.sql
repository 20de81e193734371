-- Updates users as so many requests to update_user would, one after another, but in one statement, which
-- judges the credential once. Returns null if there is no such credential, else `key_id`, `ends_at` and
-- `refusal` of it and, unless it is refused, `results`. They have, for each of the `items` in their order, what
-- change_user returns, or the `refusal` for this one. A user has only the `version`, except in a conflict.
-- `wakes`: whether there are webhooks to be delivered.
-- Nothing is written if the request is to `validate_only`, or if it is `atomic` and one of the items fails.
-- For the request see updateUsers in src/users/statements.ts.
CREATE OR REPLACE FUNCTION profile.update_users(_request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = profile, pg_temp AS $$
DECLARE
  _validate_only boolean := coalesce((_request ->> 'validate_only')::boolean, false);
  _is_atomic boolean := coalesce((_request ->> 'atomic')::boolean, false);
  _locks boolean := coalesce((_request ->> 'lock')::boolean, false);
  _credential record;
  _items jsonb[];
  _users uuid[];
  _results jsonb[] := '{}';
  _sizes integer[];
  _races integer := 0;
  _next integer := 1;
  _last integer;
  _is_locked boolean := false;
  _constraint text;
BEGIN
  _credential := find_credential(_request - '{items,lock}'::text[]);
  IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
    RETURN _credential.facts;
  END IF;
  _items := ARRAY(
    SELECT _request -> 'each' || item
    FROM jsonb_array_elements(_request -> 'items') WITH ORDINALITY AS each (item, position) ORDER BY position
  );
  _users := ARRAY(
    SELECT (item ->> 'user_id')::uuid FROM unnest(_items) AS item
    WHERE _credential.opens_others OR (item ->> 'user_id')::uuid = _credential.owner
    UNION SELECT _credential.owner WHERE _locks
  );

  -- An item that would violate a constraint is found before it does. So an error of Postgres is caused by a
  -- race with another statement, and all is done again; at last in smaller blocks. Each item has a block of
  -- its own only then, because each block takes a transaction id.
  _sizes := ARRAY[cardinality(_items), cardinality(_items), 50, 1];
  BEGIN
    WHILE _next <= cardinality(_items) LOOP
      _last := least(_next + _sizes[_races + 1], cardinality(_items) + 1) - 1;
      BEGIN
        IF NOT _is_locked THEN
          -- In the block that changes the rows: Postgres would note two lockers of each otherwise.
          PERFORM FROM users WHERE id = ANY (_users) ORDER BY id FOR NO KEY UPDATE;
          IF _locks THEN
            _credential := find_credential(_request - 'items');
            IF _credential.facts IS NULL OR _credential.refusal IS NOT NULL THEN
              RETURN _credential.facts;
            END IF;
          END IF;
        END IF;
        FOR _i IN _next .. _last LOOP
          _results[_i] := CASE
            WHEN _credential.owner <> (_items[_i] ->> 'user_id')::uuid AND NOT _credential.opens_others
              THEN '{"refusal": "insufficient_scope"}'
            WHEN _credential.require_precondition AND NOT _items[_i] ?| '{if_match,base_version}'
              THEN '{"refusal": "precondition_required"}'
            ELSE change_user(_items[_i], _credential.key_id, _credential.key_prefix, _credential.lineage,
              _credential.granted_scopes, _credential.fields)
          END;
        END LOOP;
        _is_locked := true;
        _next := _last + 1;
        _races := least(_races, 2);
      EXCEPTION
        WHEN unique_violation OR foreign_key_violation OR check_violation THEN
          GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
          IF _last > _next THEN
            _races := _races + 1;
          -- The twin with the same Idempotency-Key has left its record by now.
          ELSIF _constraint <> 'idempotency_records_pkey' THEN
            _results[_next] := jsonb_build_object('verdict', 'constraint_violated', 'constraint', _constraint);
            _next := _next + 1;
            _races := least(_races, 2);
          END IF;
      END;
    END LOOP;
    IF _validate_only OR _is_atomic AND EXISTS (
      SELECT FROM unnest(_results) AS result WHERE result ->> 'verdict' IS DISTINCT FROM 'updated'
    ) THEN
      RAISE SQLSTATE 'PD001'; -- All of this block is rolled back.
    END IF;
  EXCEPTION
    WHEN SQLSTATE 'PD001' THEN
      NULL;
  END;

  IF _credential.is_use_due AND NOT _validate_only THEN
    PERFORM touch_key(_credential.key_id, _request);
  END IF;
  RETURN _credential.facts || jsonb_build_object('wakes',
    EXISTS (SELECT FROM webhooks WHERE state = 'active')
    AND EXISTS (SELECT FROM user_changes
      WHERE change_id IN (SELECT (item ->> 'change_id')::uuid FROM unnest(_items) AS item)),
  'results', ARRAY(
    SELECT CASE
      WHEN result ->> 'verdict' = 'edit_conflict' OR NOT result ? 'user' THEN result
      ELSE result || jsonb_build_object('user', jsonb_build_object('version', CASE
        -- A dry run has made no version.
        WHEN _validate_only AND result ->> 'verdict' = 'updated'
          THEN (SELECT version FROM users WHERE id = (item ->> 'user_id')::uuid)
        ELSE (result -> 'user' ->> 'version')::integer
      END))
    END
    FROM unnest(_results, _items) WITH ORDINALITY AS each (result, item, position) ORDER BY position
  ));
END
$$;
