"""Field visits: who goes where today and in what order, what was found there, photos, and where cases lie."""
