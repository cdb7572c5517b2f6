-- A record that somebody else keeps changing rests for a while. What tells us is kept beside its link, and only while it
-- is written often; null = all is calm.
alter table abgleich.links add column unrest json;
