-- Ringfence on Citus: how the tables of each database are spread. Run it once, as the owner of the
-- tables, after `ringfence migrate`, in the database that the line names. A test compares this
-- file with the tables. Read docs/scale.md first: Citus does not keep every promise.

-- database: front main
SELECT create_distributed_table('verification', 'id');
SELECT create_distributed_table('account', 'subject');
SELECT create_distributed_table('idempotency', 'application');
SELECT create_distributed_table('rate_limit', 'application');
SELECT create_distributed_table('rate_limit_bucket', 'application');
SELECT create_distributed_table('entity', 'application');
SELECT create_distributed_table('factor', 'application');
SELECT create_distributed_table('challenge', 'application');
SELECT create_distributed_table('session', 'token_hash');
SELECT create_distributed_table('job', 'id');
SELECT citus_add_local_table_to_metadata('application');
SELECT citus_add_local_table_to_metadata('spend');
SELECT citus_add_local_table_to_metadata('setting');
SELECT citus_add_local_table_to_metadata('cursor');

-- database: vault main
-- A pseudonym is random in 128 bits: it is unique without an index that says so.
DROP INDEX account_handle;
CREATE INDEX account_handle ON account (handle, subject);
SELECT create_distributed_table('account', 'subject');
SELECT create_distributed_table('verification', 'id');
SELECT create_distributed_table('message', 'id');
SELECT create_distributed_table('sim_signal', 'verification');
SELECT create_distributed_table('number_limit', 'lookup');
SELECT create_distributed_table('leaf', 'id');
SELECT create_distributed_table('job', 'id');
SELECT citus_add_local_table_to_metadata('deployment');
SELECT citus_add_local_table_to_metadata('application');
SELECT citus_add_local_table_to_metadata('budget');
SELECT citus_add_local_table_to_metadata('ingest_key');
SELECT citus_add_local_table_to_metadata('ingest_seen');
SELECT citus_add_local_table_to_metadata('rotation');
SELECT citus_add_local_table_to_metadata('tally');

-- database: vault share
-- A tag row is written with the account it leads to, whose key is random in 80 bits.
DROP INDEX tag_subject;
CREATE INDEX tag_subject ON tag (subject, lookup);
SELECT create_distributed_table('share', 'subject');
SELECT create_distributed_table('tag', 'lookup');
SELECT create_distributed_table('ban', 'lookup');
SELECT create_distributed_table('factor', 'id');
SELECT citus_add_local_table_to_metadata('hour_key');
