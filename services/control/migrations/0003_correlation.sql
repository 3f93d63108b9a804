-- Up Migration
-- Of the request that took the control its last step: what is done about it later belongs to the same conversation.
ALTER TABLE end_device_control ADD COLUMN correlation_id text;
