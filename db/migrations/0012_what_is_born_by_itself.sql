-- A write that ticks off what comes again: each side makes more of it by itself, and the links that there will be then are
-- promised with the write. null = nothing is born of it.
alter table abgleich.intents add column births json;
