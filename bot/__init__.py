"""The insurer's customer-service assistant; `docs/architecture.md` draws the floors."""
