"""Django helpers with no domain in them: problems, pages, stored answers, clock, live, audit, outbox."""
