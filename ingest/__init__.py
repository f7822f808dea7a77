"""How a draft gets in: manifest, readers, repair, passages, and the build of a release."""
