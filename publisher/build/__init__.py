"""Writes the public site as files, for any web host.

    with open_export(folder) as export:
        export.put(path, content, made_of=…)      written, if it is not there already
        export.keep(group)                        what was made for it before stays
    export.report

Files that did not change keep their bytes and times. Each file appears whole or not at all; what is no longer
part of the site goes at the end, and only if it was written here and not changed since. Two builds into one
folder take turns.
"""

from publisher.build.export import BuildReport, Export, build, open_export

__all__ = ["BuildReport", "Export", "build", "open_export"]
