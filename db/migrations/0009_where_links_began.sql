-- The side that a link's appointment was made on first: what came from a mailbox goes again when it turns private there.
alter table abgleich.links add column origin text check (origin in ('erp', 'exchange')); -- null = not known
