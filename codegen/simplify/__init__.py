def simplify(tree, rank):
    return tree
def sign_split(tree):
    return False, tree
