-- Which employee's mailbox a value of an ERP record came from, where several employees take part in it: whose edit wins
-- must not depend on whose cycle ran first. `value` is a keyed hash, as in bases. One row per field and mailbox.
create table abgleich.field_sources (
  pair_id      text        not null collate "C" references abgleich.pairs,
  record_id    text        not null collate "C",
  record_birth text        not null,
  field        text        not null collate "C",     -- or an element, as 'field/element'
  value        text        not null,
  at           timestamptz not null,
  primary key (record_id, record_birth, field, pair_id)
);
create index field_sources_by_time on abgleich.field_sources (at);
