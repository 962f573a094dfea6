"""Who was advised on whom, with what, kept so that a change shows: records, their chain, replay, export."""
