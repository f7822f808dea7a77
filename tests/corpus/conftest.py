"""Models that are made once for all tests of this room."""

from pathlib import Path

import pytest

from tests.corpus import tiny_models


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.save_embedder(tmp_path_factory.mktemp("embedder"))


@pytest.fixture(scope="session")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.save_base(tmp_path_factory.mktemp("cross"), labels=1)
