-- A connection keeps the plan of a trigger's statement as it was made for the rows of the first call: after a save of one row every later
-- one would hold each changed row against all others, in a nested loop. Whoever replaces these functions has to say it again.
ALTER FUNCTION initiative_updated() SET enable_nestloop = off;
ALTER FUNCTION contribution_updated() SET enable_nestloop = off;
