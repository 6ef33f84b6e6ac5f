"""What tenants change: each service is one transaction."""
