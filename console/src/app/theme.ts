/** The colours of the design. Green is held, amber is reachable, grey is gone; red is only for late or failed. */
import type { ThemeConfig } from "antd";

export const COLOUR = {
  ink: "#1c2430",
  dim: "#5f6b7b",
  line: "#e3e8ef",
  ground: "#f3f5f8",
  card: "#ffffff",
  blue: "#1f5fbf",
  held: "#16845b",
  reach: "#b87300",
  gone: "#8c95a3",
  red: "#c8322b",
} as const;

export const theme: ThemeConfig = {
  token: {
    colorPrimary: COLOUR.blue,
    colorInfo: COLOUR.blue,
    colorSuccess: COLOUR.held,
    colorWarning: COLOUR.reach,
    colorError: COLOUR.red,
    colorText: COLOUR.ink,
    colorTextSecondary: COLOUR.dim,
    colorBgLayout: COLOUR.ground,
    colorBorderSecondary: COLOUR.line,
    borderRadius: 4,
    fontSize: 14,
    controlHeight: 32,
    motion: false,
    fontFamily: '"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif',
  },
  components: {
    Table: { cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, headerBg: "#fafbfc" },
    Form: { itemMarginBottom: 12, verticalLabelPadding: "0 0 2px" },
  },
};
