"""Word what the proxy of base maps refuses."""

from backend.problems import Problem


class BaseMapSilent(Problem):
    """The map service behind a base map, or its file, does not answer as it should."""

    status = 502
    retryable = True
    title_en, title_zh = "The base map cannot be reached", "底图暂时取不到"
    detail_en = "The map service behind the base map does not answer. Grids and hazards are shown as usual; try later."
    detail_zh = "底图的地图服务没有应答。网格和隐患照常显示，请稍后再看。"


class RangeNotSatisfiable(Problem):
    """The bytes asked for lie behind the end of the file."""

    status = 416
    title_en, title_zh = "Beyond the end of the file", "超出文件范围"
    detail_en = "The file has {size_bytes} bytes, and what was asked for lies behind them. Ask again from the start."
    detail_zh = "文件共 {size_bytes} 字节，所要的部分不在其中。请从头再取。"
