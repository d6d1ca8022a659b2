"""Tables, connections and transactions. Nothing above engine may import from here."""
