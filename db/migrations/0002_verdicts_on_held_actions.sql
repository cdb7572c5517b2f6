-- What an administrator says about a held action. `id` is what he types.
alter table abgleich.held
  add column id         bigint generated always as identity,
  add column verdict    text check (verdict in ('approved', 'rejected')),   -- null = nobody has decided yet
  add column decided_by text,
  add column decided_at timestamptz,
  add constraint held_numbers unique (id);
