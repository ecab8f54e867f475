import type { MapBox } from '../../../../analytics/layout/view';

/** A box with those inside it, in reading order: column by column, top to bottom. */
export interface TreeNode {
  readonly box: MapBox;
  readonly children: readonly TreeNode[];
}

export function treeOf(boxes: readonly MapBox[], parent: string | null = null): readonly TreeNode[] {
  return boxes
    .filter((box) => box.parent === parent)
    .sort((a, b) => a.x - b.x || a.y - b.y)
    .map((box) => ({ box, children: treeOf(box.kind === 'application' ? boxes : [], box.id) }));
}

export type TreeMove =
  | { readonly kind: 'focus'; readonly id: string }
  | { readonly kind: 'toggle'; readonly id: string }
  | { readonly kind: 'select'; readonly id: string };

/**
 * What a key does on the box that has the focus, after the tree view pattern of the WAI-ARIA Authoring Practices:
 * up and down through what is visible, right opens or enters, left closes or leaves.
 *
 * @returns null for a key that means nothing here
 */
export function treeMove(tree: readonly TreeNode[], id: string, key: string): TreeMove | null {
  const order = tree.flatMap((node) => [node, ...node.children]);
  const index = order.findIndex((node) => node.box.id === id);
  const node = order[index];
  if (node === undefined) return null;
  const focus = (to: TreeNode | undefined): TreeMove | null =>
    to === undefined ? null : { kind: 'focus', id: to.box.id };
  const { box, children } = node;
  switch (key) {
    case 'ArrowDown':
      return focus(order[index + 1]);
    case 'ArrowUp':
      return focus(order[index - 1]);
    case 'Home':
      return focus(order[0]);
    case 'End':
      return focus(order.at(-1));
    case 'ArrowRight':
      return box.collapsed ? { kind: 'toggle', id } : focus(children[0]);
    case 'ArrowLeft':
      if (children.length > 0) return { kind: 'toggle', id };
      return focus(order.find((candidate) => candidate.box.id === box.parent));
    case 'Enter':
      return { kind: box.collapsed || children.length > 0 ? 'toggle' : 'select', id };
    case ' ':
      return { kind: 'select', id };
    default:
      return null;
  }
}
