-- What people wrote and a promised write overwrites by the rules. Where nobody is left to journal it, the value of before
-- the write is kept as a lost one when the promise is closed; null = it overwrites nothing of the kind.
alter table abgleich.intents add column overrules json;
