"""Tables, column types, transactions: all SQL of the core is written against these."""
