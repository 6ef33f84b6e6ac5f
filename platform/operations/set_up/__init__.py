"""Makes a checkout runnable; standard library only, because it runs before anything is installed."""
