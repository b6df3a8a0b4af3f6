"""The only composer: a folder and an environment in, a Site with all its parts out.

A publication whose feed.toml cannot be used is left out and told in `problems`; the others go on.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from publisher import config, digest, mail, rendering, schedules, sources, storage, tokens
from publisher.errors import ConfigError, PublisherError
from publisher.model import Author, DigestSpec, Publication, Source, SourceSpec

_KEY_FILE = "secret.key"
_KEY = "PUBLISHER_SECRET_KEY"
_SMTP_PASSWORD = "PUBLISHER_SMTP_PASSWORD"  # noqa: S105  the variable's name, not a secret


@dataclass(frozen=True, slots=True)
class Site:
    """One opened site. `close()` it, or use it in a `with` block."""

    folder: Path
    settings: config.SiteFile
    publications: tuple[Publication, ...]
    site_digests: tuple[DigestSpec, ...]
    store: storage.Store
    keys: tokens.Keys
    instance: str
    smtp: mail.SmtpSettings | None
    problems: tuple[str, ...] = ()
    _templates: Mapping[str | None, digest.TemplateFolders] = field(default_factory=dict)

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def digests(self) -> tuple[DigestSpec, ...]:
        """The site's digests and every publication's own."""
        own = (each for publication in self.publications for each in publication.digests)
        return (*self.site_digests, *own)

    def publication(self, slug: str) -> Publication:
        """Raises ConfigError, naming those that there are."""
        for each in self.publications:
            if each.slug == slug:
                return each
        known = ", ".join(each.slug for each in self.publications) or "none"
        raise ConfigError(f"there is no publication {slug!r}", advice=f"There are: {known}.")

    def cadences(self, publication: Publication) -> list[str]:
        """The names of the digests that tell of a publication, its own first."""
        own = [each.name for each in publication.digests]
        return own + [each.name for each in self.site_digests if each.name not in own]

    def sources(self, publication: Publication) -> list[tuple[SourceSpec, Source]]:
        """The publication's sources, opened. Raises SourceError."""
        folder = Path(publication.folder)
        return [
            (spec, sources.open_source(spec.kind, folder, spec.options, language=publication.language))
            for spec in publication.sources
        ]

    def renderer(self) -> rendering.Renderer:
        settings = self.settings
        words = rendering.SiteWords(
            title=settings.title,
            base_url=settings.base_url,
            sender=settings.sender,
            reply_to=settings.reply_to,
            bounce_address=settings.bounce_address,
            postal_address=settings.postal_address,
            instance=self.instance,
        )
        publications = {each.slug: each for each in self.publications}
        digests = {each.key: each for each in self.digests}
        return rendering.Renderer(self.store, words, publications, digests, self.keys, self._templates)

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_site(folder: Path, environ: Mapping[str, str] = os.environ) -> Site:
    """Open the site in `folder`; its database is made or upgraded when needed.

    Raises ConfigError for publisher.toml and StorageError for the database.
    """
    folder = folder.resolve()
    settings = config.load_site(folder)
    publications, problems = _publications(folder)
    site_digests = tuple(
        _digest(table, None, "publisher.toml", at) for at, table in enumerate(settings.digest)
    )
    store = storage.open_store(settings.database, folder)
    try:
        storage.upgrade(store)
        keys = _keys(folder / "var", environ)
        templates: dict[str | None, digest.TemplateFolders] = {
            each.slug: digest.TemplateFolders(_folders(folder, each)) for each in publications
        }
        templates[None] = digest.TemplateFolders(_folders(folder, None))
        return Site(
            folder=folder,
            settings=settings,
            publications=publications,
            site_digests=site_digests,
            store=store,
            keys=keys,
            instance=_instance(store),
            smtp=_smtp(settings, environ),
            problems=tuple(problems),
            _templates=templates,
        )
    except BaseException:
        store.close()
        raise


def _publications(folder: Path) -> tuple[tuple[Publication, ...], list[str]]:
    """Every folder in feeds/ that has a feed.toml; and what is wrong with the others."""
    found, problems = [], []
    for path in sorted((folder / "feeds").glob("*/feed.toml")):
        try:
            found.append(_publication(path))
        except PublisherError as error:
            problems.append(f"{error.sentence()} This publication is left out until then.")
    return tuple(found), problems


def _publication(path: Path) -> Publication:
    slug, where = path.parent.name, f"feeds/{path.parent.name}/feed.toml"
    if not config.SLUG.fullmatch(slug) or slug in config.RESERVED_SLUGS:
        advice = "Use a-z, 0-9 and '-', and none of: " + ", ".join(sorted(config.RESERVED_SLUGS)) + "."
        raise ConfigError(f"{slug!r} is no name for a publication", where=f"feeds/{slug}", advice=advice)
    table = config.load_feed(path)
    tables = table.source or [config.SourceTable()]
    release = None
    if table.release:
        release = schedules.open_schedule(table.release.schedule, where=f"{where}: release.schedule")
    publication = Publication(
        slug=slug,
        folder=str(path.parent),
        title=table.title or slug.replace("-", " ").capitalize(),
        description=table.description,
        language=table.language,
        author=Author(**table.author.model_dump()) if table.author else None,
        formats=tuple(table.formats),
        topics=tuple(table.topics),
        accent=table.accent,
        rights=table.rights,
        entries=table.entries,
        sources=_source_specs(tables, table.timezone, where),
        release=release,
    )
    own = tuple(_digest(each, slug, where, at) for at, each in enumerate(table.digest))
    return replace(publication, digests=own)


def _source_specs(tables: Sequence[config.SourceTable], zone: str, where: str) -> tuple[SourceSpec, ...]:
    specs = []
    for table in tables:
        options: dict[str, object] = dict(table.model_extra or {})
        if table.kind == "folder":
            options.setdefault("timezone", zone)
        specs.append(SourceSpec(table.kind, table.name or table.kind, table.backfill, options))
    if len({spec.name for spec in specs}) < len(specs):
        advice = (
            "Give each [[source]] a `name` of its own, and never change it: it is part of the guides' ids."
        )
        raise ConfigError("two sources have the same name", where=where, advice=advice)
    return tuple(specs)


def _digest(table: config.DigestTable, publication: str | None, where: str, at: int) -> DigestSpec:
    place = f"{where}: digest[{at + 1}].schedule"
    return DigestSpec(
        key=f"{publication or '-'}:{table.name}",
        name=table.name,
        publication=publication,
        schedule=schedules.open_schedule(table.schedule, where=place),
        schedule_text=str(table.schedule.get("at") or table.schedule.get("every") or ""),
        zone=str(table.schedule.get("timezone", "UTC")),
        title=table.title,
        template=table.template,
    )


def _folders(folder: Path, publication: Publication | None) -> list[Path]:
    """Where templates are looked up: the publication's, the site's, the bundled ones."""
    own = [Path(publication.folder) / "templates"] if publication else []
    return [*own, folder / "templates", bundled("templates")]


def bundled(name: str) -> Path:
    """`templates`, `feeds` or `publisher.toml` as the wheel carries them; in a checkout, the checkout's."""
    package = Path(__file__).parent
    packed = package / "_bundled" / name
    return packed if packed.exists() else package.parent / name


def _smtp(settings: config.SiteFile, environ: Mapping[str, str]) -> mail.SmtpSettings | None:
    if settings.smtp is None:
        return None
    return mail.SmtpSettings(**settings.smtp.model_dump(), password=config.secret(_SMTP_PASSWORD, environ))


def _keys(var: Path, environ: Mapping[str, str]) -> tokens.Keys:
    """The keys that sign links: from the environment, or from a file that is made at the first start."""
    if text := config.secret(_KEY, environ):
        return tokens.Keys.load(text)
    path = var / _KEY_FILE
    try:
        if not path.is_file():
            var.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(tokens.Keys.new(secrets.token_bytes(32), "k1").dump())
        return tokens.Keys.load(path.read_text(encoding="ascii"))
    except FileExistsError:
        return tokens.Keys.load(path.read_text(encoding="ascii"))
    except OSError as error:
        what = f"the key that signs unsubscribe links cannot be read or made ({error.strerror})"
        raise ConfigError(what, where=str(path), advice=f"Check its owner, or set {_KEY}_FILE.") from None


def _instance(store: storage.Store) -> str:
    """A random id that this database got when it was made."""
    with store.read() as db:
        known = storage.get_mark(db, "instance")
    if known is None:
        with store.planning() as db:
            known = storage.get_mark(db, "instance") or secrets.token_hex(8)
            storage.set_mark(db, "instance", known)
    return known
