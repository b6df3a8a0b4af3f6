"""The only composer: a folder and an environment in, a Site with all its parts out.

A publication whose feed.toml cannot be used is left out and told in `problems`; the others go on.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher import (
    config,
    digest,
    follow,
    formats,
    mail,
    pictures,
    rendering,
    schedules,
    sources,
    storage,
    text,
    tokens,
)
from publisher.errors import ConfigError, FollowerError, PublisherError, SourceError
from publisher.model import Author, DigestSpec, Publication, Schedule, Source, SourceSpec
from publisher.words import Catalogues

_TODAY = datetime(2026, 1, 1, tzinfo=UTC)  # for a look ahead that is the same at every start
_LIFETIME = timedelta(days=36_525)
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
    catalogues: Catalogues
    instance: str
    smtp: mail.SmtpSettings | None
    problems: tuple[str, ...] = ()
    smtp_error: ConfigError | None = None  # why [smtp] cannot be used; whoever does not send does not mind
    _templates: Mapping[str | None, digest.TemplateFolders] = field(default_factory=dict)

    @property
    def links(self) -> tokens.Links:
        return tokens.Links(self.settings.base_url, self.keys)

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
        around = sources.Surroundings(publication.language, self._boilerplate(publication))
        return [
            (spec, sources.open_source(spec.kind, folder, spec.options, around))
            for spec in publication.sources
        ]

    def boilerplate(self, publication: Publication) -> dict[str, str]:
        """The owner's own boilerplate rules for a publication: file -> TOML, the site's first."""
        paths = ("boilerplate.toml", f"feeds/{publication.slug}/boilerplate.toml")
        found = {}
        for path in paths:
            try:
                if (self.folder / path).is_file():
                    found[path] = (self.folder / path).read_text(encoding="utf-8")
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "it is not UTF-8 text"
                raise SourceError(f"it cannot be read ({why})", where=path) from None
        return found

    def _boilerplate(self, publication: Publication) -> text.BoilerplateRules | None:
        texts = self.boilerplate(publication)
        try:
            return text.boilerplate_rules(*texts.values()) if texts else None
        except ConfigError as error:
            where = " or ".join(texts)
            raise SourceError(error.what, where=where, advice=error.advice) from None

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
            language=settings.language,
        )
        publications = {each.slug: each for each in self.publications}
        digests = {each.key: each for each in self.digests}
        copies = pictures.Cache(self.var / "pictures")
        return rendering.Renderer(
            self.store,
            words,
            publications,
            digests,
            self.links,
            self.catalogues,
            self._templates,
            copies=copies,
        )

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
    folder = Path(os.path.realpath(folder))
    settings = config.load_site(folder)
    publications, problems = _publications(folder)
    site_digests, more = _site_digests(settings.digest)
    smtp, smtp_error = _smtp(settings, environ)
    store = storage.open_store(settings.database, folder)
    try:
        storage.upgrade(store)
        keys = tokens.load_keys(folder / "var", environ)
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
            catalogues=Catalogues(_folders(folder, None)),
            instance=_instance(store),
            smtp=smtp,
            problems=(*more, *problems, *_bad_segments(settings, publications)),
            smtp_error=smtp_error,
            _templates=templates,
        )
    except BaseException:
        store.close()
        raise


def _publications(folder: Path) -> tuple[tuple[Publication, ...], list[str]]:
    """Every folder in feeds/ that has a feed.toml; and what is wrong with the others."""
    found, problems = [], []
    try:
        folders = sorted(each for each in (folder / "feeds").iterdir() if each.is_dir())
    except OSError as error:
        advice = "Each publication is a folder in it with a feed.toml, which may be empty."
        unread = ConfigError(f"it cannot be read ({error.strerror})", where="feeds", advice=advice)
        return (), [unread.sentence()]
    for each in folders:
        try:
            if _is_publication(each):
                found.append(_publication(each / "feed.toml"))
        except PublisherError as error:
            problems.append(f"{error.sentence()} This publication is left out until then.")
    return tuple(found), problems


def _is_publication(folder: Path) -> bool:
    """Whether there is a feed.toml. Raises ConfigError where one must have been forgotten."""
    try:
        names = {each.name for each in folder.iterdir()}
    except OSError as error:
        what, advice = f"it cannot be read ({error.strerror})", "Check its owner and permissions."
        raise ConfigError(what, where=f"feeds/{folder.name}", advice=advice) from None
    if "feed.toml" not in names and "articles" in names:
        what, advice = "it has articles but no feed.toml", "An empty file of that name will do."
        raise ConfigError(what, where=f"feeds/{folder.name}", advice=advice)
    return "feed.toml" in names


def _site_digests(tables: Sequence[config.DigestTable]) -> tuple[tuple[DigestSpec, ...], list[str]]:
    """The site's own digests. One that can never be due is left out, and the others go on."""
    found, problems = [], []
    for at, table in enumerate(tables):
        try:
            found.append(_digest(table, None, "publisher.toml", at))
        except ConfigError as error:
            problems.append(f"{error.sentence()} This digest is left out until then.")
    _all_different(tables, "publisher.toml")
    return tuple(found), problems


def _bad_segments(settings: config.SiteFile, publications: Sequence[Publication]) -> Iterator[str]:
    """What is wrong with the named segments: whoever asks for one is told, all else goes on."""
    names = [table.name for table in settings.segment]
    for at, table in enumerate(settings.segment, start=1):
        place = f"publisher.toml: segment[{at}].who"
        try:
            if names.count(table.name) > 1:
                raise FollowerError(f"two segments are called {table.name!r}", advice="Rename one.")
            follow.check_publications(follow.parse_segment(table.who), [each.slug for each in publications])
        except FollowerError as error:
            yield ConfigError(error.what, where=place, advice=error.advice).sentence()


def _all_different(tables: Sequence[config.DigestTable], where: str) -> None:
    names = [table.name for table in tables]
    if double := next((name for name in names if names.count(name) > 1), None):
        advice = "Give each [[digest]] a name of its own."
        raise ConfigError(f"two digests have the name {double!r}", where=where, advice=advice)


def _publication(path: Path) -> Publication:
    slug, where = path.parent.name, f"feeds/{path.parent.name}/feed.toml"
    if not config.SLUG.fullmatch(slug) or slug in config.RESERVED_SLUGS:
        advice = "Use a-z, 0-9 and '-', and none of: " + ", ".join(sorted(config.RESERVED_SLUGS)) + "."
        raise ConfigError(f"{slug!r} is no name for a publication", where=f"feeds/{slug}", advice=advice)
    table = config.load_feed(path)
    tables = table.source or [config.SourceTable()]
    release = None
    if table.release:
        release = _schedule(table.release.schedule, f"{where}: release.schedule")
    for kind in table.formats:
        _check_format(kind, f"{where}: formats")
    _all_different(table.digest, where)
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
        feed_content=table.content,
        fold_updates=table.updates == "folded",
        hubs=tuple(table.hubs),
        show_followers=table.show_followers,
        hold_changes_above=table.hold_changes_above,
        withdraw_after=table.withdraw_after,
        review_after=table.review_after,
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
        schedule=_schedule(table.schedule, place),
        schedule_text=str(table.schedule.get("at") or table.schedule.get("every") or ""),
        zone=str(table.schedule.get("timezone", "UTC")),
        title=table.title,
        template=table.template,
    )


def _schedule(table: Mapping[str, object], where: str) -> Schedule:
    """Raises ConfigError also for a schedule that nobody will live to see."""
    schedule = schedules.open_schedule(table, where=where)
    try:
        first = schedule.next(_TODAY)
        second = first and schedule.next(first)
    except OverflowError:
        first = second = None
    if first is None or max(first, second or first) > _TODAY + 2 * _LIFETIME:
        raise ConfigError("it never happens", where=where, advice="Choose a moment that will come.")
    return schedule


def _check_format(kind: str, where: str) -> None:
    try:
        formats.check_feed(kind)
    except ConfigError as error:
        raise ConfigError(error.what, where=where, advice=error.advice) from None


def _folders(folder: Path, publication: Publication | None) -> list[Path]:
    """Where templates are looked up: the publication's, the site's, the bundled ones."""
    own = [Path(publication.folder) / "templates"] if publication else []
    return [*own, folder / "templates", bundled("templates")]


def bundled(name: str) -> Path:
    """`templates`, `feeds` or `publisher.toml` as the wheel carries them; in a checkout, the checkout's."""
    package = Path(__file__).parent
    packed = package / "_bundled" / name
    return packed if packed.exists() else package.parent / name


def _smtp(
    settings: config.SiteFile, environ: Mapping[str, str]
) -> tuple[mail.SmtpSettings | None, ConfigError | None]:
    """The mail server, and why it cannot be used: `publisher build` works without the password."""
    if settings.smtp is None:
        return None, None
    table = settings.smtp
    try:
        password = config.secret(_SMTP_PASSWORD, environ)
        if table.username and not password:
            what, where = f"{table.username} has no password", "publisher.toml: smtp.username"
            raise ConfigError(what, where=where, advice=f"Set {_SMTP_PASSWORD}, or {_SMTP_PASSWORD}_FILE.")
        return mail.SmtpSettings(**table.model_dump(), password=password), None
    except ConfigError as error:
        where = "publisher.toml: smtp" if error.where in (None, "smtp") else error.where
        return mail.SmtpSettings(), ConfigError(error.what, where=where, advice=error.advice)


def _instance(store: storage.Store) -> str:
    """A random id that this database got when it was made."""
    with store.read() as db:
        known = storage.get_mark(db, "instance")
    if known is None:
        with store.planning() as db:
            known = storage.get_mark(db, "instance") or secrets.token_hex(8)
            storage.set_mark(db, "instance", known)
    return known
