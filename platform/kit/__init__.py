"""Django helpers with no domain in them: problems, pages, stored answers, the clock, live frames, audit, outbox."""
