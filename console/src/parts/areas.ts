/** Short names, in both languages, of the areas of Huanggang; another centre's are shown by the names of its bureaus. */
export const AREAS: { code: string; zh: string; en: string }[] = [
  { code: "421102", zh: "黄州区", en: "Huangzhou" },
  { code: "421121", zh: "团风县", en: "Tuanfeng" },
  { code: "421122", zh: "红安县", en: "Hong'an" },
  { code: "421123", zh: "罗田县", en: "Luotian" },
  { code: "421124", zh: "英山县", en: "Yingshan" },
  { code: "421125", zh: "浠水县", en: "Xishui" },
  { code: "421126", zh: "蕲春县", en: "Qichun" },
  { code: "421127", zh: "黄梅县", en: "Huangmei" },
  { code: "421181", zh: "麻城市", en: "Macheng" },
  { code: "421182", zh: "武穴市", en: "Wuxue" },
];
