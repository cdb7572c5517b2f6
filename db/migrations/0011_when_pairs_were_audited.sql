-- Once a week a pair compares everything, whether or not anybody said that it changed: triggers may have been switched off.
alter table abgleich.progress add column audited_at timestamptz not null default now();
