"""placeholder until the checks branch lands"""
def comments(path: str, text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    return []
