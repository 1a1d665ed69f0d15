"""Runs the migrations on the connection that the store hands in; one transaction for all of them."""

from alembic import context

from analyzer.adapters.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
