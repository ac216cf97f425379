-- How much of a selected initiative is meant; NULL for what is out, and for items stored before runs told it.
ALTER TABLE portfolio_items ADD COLUMN form text CHECK (form IN ('full', 'mvp')),
  ADD CHECK (selected OR form IS NULL);
