"""Messages that leave the house: the outbox is worked off by engine.messages.sender, seen on /pesan."""
