-- Pairs were published as objects, and the specification shows lists of two. What they say, and so the revision's name, stays.
ALTER TABLE constraint_set_revision DISABLE TRIGGER revision_is_immutable;
UPDATE constraint_set_revision SET exclusions_json = jsonb_set(exclusions_json, '{exclude_pairs}', (
    SELECT jsonb_agg(jsonb_build_array(pair -> 'initiative_key_a', pair -> 'initiative_key_b') ORDER BY place)
    FROM jsonb_array_elements(exclusions_json -> 'exclude_pairs') WITH ORDINALITY AS listed (pair, place)))
  WHERE exclusions_json -> 'exclude_pairs' <> '[]';
ALTER TABLE constraint_set_revision ENABLE TRIGGER revision_is_immutable;

-- Revisions never change: the trigger refuses it, and nobody has the right to, their owner included.
--
-- A foreign key's check locks the row that is referred to, for which PostgreSQL asks for the right to update some column of it. This one
-- has a single value that it can have, and the trigger refuses even that.
ALTER TABLE constraint_set_revision ADD COLUMN referable boolean NOT NULL DEFAULT true CHECK (referable);
REVOKE UPDATE, DELETE, TRUNCATE ON constraint_set_revision, initiative_metric_chain FROM PUBLIC, CURRENT_USER;
GRANT UPDATE (referable) ON constraint_set_revision TO CURRENT_USER;

-- Whether a value is a list of objects that have exactly these members: texts, numbers and lists of texts.
CREATE FUNCTION is_list_of(value jsonb, texts text[], numbers text[], lists text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) IS DISTINCT FROM 'array' THEN false
    WHEN jsonb_path_exists(value, 'strict $[*] ? (@.type() != "object")') THEN false
    ELSE NOT jsonb_path_exists(
        value,
        'strict $[*].keyvalue() ? (!(@.key == $texts[*] && @.value.type() == "string"
          || @.key == $numbers[*] && @.value.type() == "number" || @.key == $lists[*] && @.value.type() == "array"))',
        jsonb_build_object('texts', to_jsonb(texts), 'numbers', to_jsonb(numbers), 'lists', to_jsonb(lists)))
      AND NOT jsonb_path_exists(
        value, 'strict $[*].keyvalue() ? (@.key == $lists[*]).value[*] ? (@.type() != "string")',
        jsonb_build_object('lists', to_jsonb(lists)))
      -- No other members, and none twice: so none is missing when there are as many.
      AND jsonb_array_length(jsonb_path_query_array(value, 'strict $[*].keyvalue().key'))
        = jsonb_array_length(value) * (cardinality(texts) + cardinality(numbers) + cardinality(lists))
    END
$$;

-- Whether a value is a list of lists of two texts.
CREATE FUNCTION is_list_of_pairs(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) IS DISTINCT FROM 'array' THEN false
    WHEN jsonb_path_exists(value, 'strict $[*] ? (@.type() != "array")') THEN false
    ELSE NOT jsonb_path_exists(value, 'strict $[*] ? (@.size() != 2)')
      AND NOT jsonb_path_exists(value, 'strict $[*][*] ? (@.type() != "string")')
    END
$$;

CREATE FUNCTION is_list_of_texts(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) IS DISTINCT FROM 'array' THEN false
    ELSE NOT jsonb_path_exists(value, 'strict $[*] ? (@.type() != "string")')
    END
$$;

-- Whether a value is an object that has these members and no others.
CREATE FUNCTION has_only(value jsonb, names text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(value) IS DISTINCT FROM 'object' THEN false ELSE value ?& names AND value - names = '{}' END
$$;

-- The columns hold what the messages that they are the JSON of can say, and nothing else. That they say what the compiled message says
-- is for VerifyRevisions to find out.
ALTER TABLE constraint_set_revision
  ADD CONSTRAINT rows_are_typed CHECK (
    has_only(rows_json, '{constraints,targets}') AND jsonb_typeof(rows_json -> 'constraints') = 'array'
    AND jsonb_typeof(rows_json -> 'targets') = 'array'),
  ADD CONSTRAINT floors_are_typed CHECK (
    has_only(floors_json, '{capacity_floors,min_selected}')
    AND is_list_of(floors_json -> 'capacity_floors', '{dimension,key}', '{min_tokens}', '{}')
    AND is_list_of(floors_json -> 'min_selected', '{dimension,key}', '{min_count}', '{}')),
  ADD CONSTRAINT caps_are_typed CHECK (
    has_only(caps_json, '{capacity_caps,max_selected}')
    AND is_list_of(caps_json -> 'capacity_caps', '{dimension,key}', '{max_tokens}', '{}')
    AND is_list_of(caps_json -> 'max_selected', '{dimension,key}', '{max_count}', '{}')),
  ADD CONSTRAINT targets_are_typed CHECK (
    has_only(targets_json, '{kpi_targets}')
    AND is_list_of(
      targets_json -> 'kpi_targets', '{kpi_key,dimension,key,floor_or_goal,unit,notes}', '{target_value,baseline_value}', '{}')),
  ADD CONSTRAINT mandates_are_typed CHECK (
    has_only(mandatory_initiatives_json, '{mandatory}')
    AND is_list_of(mandatory_initiatives_json -> 'mandatory', '{initiative_key,reason}', '{}', '{}')),
  ADD CONSTRAINT bundles_are_typed CHECK (
    has_only(bundles_json, '{bundles}')
    AND is_list_of(bundles_json -> 'bundles', '{bundle_key,mode,notes}', '{}', '{initiative_keys}')),
  ADD CONSTRAINT exclusions_are_typed CHECK (
    has_only(exclusions_json, '{exclude_initiatives,exclude_bundles,exclude_pairs}')
    AND is_list_of_texts(exclusions_json -> 'exclude_initiatives') AND is_list_of_texts(exclusions_json -> 'exclude_bundles')
    AND is_list_of_pairs(exclusions_json -> 'exclude_pairs')),
  ADD CONSTRAINT prerequisites_are_typed CHECK (
    has_only(prerequisites_json, '{prerequisites}')
    AND is_list_of(prerequisites_json -> 'prerequisites', '{initiative_key}', '{}', '{requires}')),
  ADD CONSTRAINT synergies_are_typed CHECK (
    has_only(synergies_json, '{synergies}')
    AND is_list_of(synergies_json -> 'synergies', '{synergy_group_key,kpi_key}', '{bonus}', '{initiative_keys}'));
